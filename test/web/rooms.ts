// The rooms of the page Live.
import type { Locator, Page } from 'playwright-core'

export function room(page: Page, name: string): Locator {
  const list = page.getByRole('list', { name: 'Rooms that are live' })
  return list.getByRole('link').filter({ has: page.getByText(name, { exact: true }) })
}

/** Waits until so many people are in it. */
export async function people(page: Page, name: string, count: number): Promise<void> {
  await room(page, name)
    .locator('b', { hasText: new RegExp(`^${count.toLocaleString('en')}$`) })
    .waitFor()
}
