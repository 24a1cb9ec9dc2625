// Where the page begins.
import { render } from 'preact'

const root = document.getElementById('app')
if (root) render(<h1>Rollcall</h1>, root)
