// The address is the state: which tab, which room, which filters. Back and forward work because nothing else keeps them.
import { computed, signal } from '@preact/signals'

const address = signal(new URL(location.href))

export const path = computed(() => address.value.pathname)

export function param(name: string): string {
  return address.value.searchParams.get(name) ?? ''
}

export type Params = Record<string, string | null>

/** The address of `to` with these parameters beside those that every page keeps: the instant of the time machine. */
export function href(to: string, params: Params = {}): string {
  const kept = to === path.value ? new URLSearchParams(address.value.searchParams) : keptOf(address.value)
  for (const [name, value] of Object.entries(params)) {
    if (value === null || value === '') kept.delete(name)
    else kept.set(name, value)
  }
  const query = kept.toString()
  return query === '' ? to : `${to}?${query}`
}

function keptOf({ searchParams }: URL): URLSearchParams {
  const at = searchParams.get('at')
  return new URLSearchParams(at === null ? {} : { at })
}

/** `replace`: no step of its own for Back, as while a filter is typed. */
export function navigate(to: string, { replace = false }: { replace?: boolean } = {}): void {
  const next = new URL(to, location.href)
  if (next.href === address.value.href) return
  history[replace ? 'replaceState' : 'pushState'](null, '', next)
  address.value = next
}

export function setParams(params: Params, options?: { replace?: boolean }): void {
  navigate(href(path.value, params), options)
}

/** Clicks on links of ours stay in the page; with a modifier they open as the browser does it. */
export function followLinks(): void {
  addEventListener('popstate', () => {
    address.value = new URL(location.href)
  })
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null
    const modified = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0
    if (
      !link ||
      modified ||
      link.target !== '' ||
      link.origin !== location.origin ||
      link.hasAttribute('download')
    )
      return
    if (link.pathname.startsWith('/api/') || link.hash !== '') return
    event.preventDefault()
    navigate(link.href)
  })
}
