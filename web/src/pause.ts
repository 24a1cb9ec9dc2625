// Waits, and no longer than the signal lets it.

/** Leaves nothing behind on `over`: a page that is open for days waits some ten thousand times. */
export function pause(ms: number, over: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(end, ms)
    over.addEventListener('abort', end)
    function end(): void {
      clearTimeout(timer)
      over.removeEventListener('abort', end)
      resolve()
    }
  })
}
