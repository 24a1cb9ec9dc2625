// Waiting for a condition, with a deadline.

/** Asks until `condition` gives something true, and gives that back; throws after `patience` ms. */
export async function until<T>(
  what: string,
  condition: () => T | Promise<T>,
  patience = 15_000,
): Promise<NonNullable<T>> {
  const deadline = Date.now() + patience
  for (;;) {
    const value = await condition()
    if (value) return value
    if (Date.now() > deadline) throw new Error(`Waited ${patience} ms in vain until ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
