// Tests and the demo draw from the same kind of chance.
export { Random } from '../../src/cli/simulate/random.ts'
