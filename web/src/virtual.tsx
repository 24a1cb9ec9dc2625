// A long list of which only what can be seen is drawn: 10,000 rows cost as much as forty.
import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core'
import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'

type Props<T> = {
  items: T[]
  /** Of every row, px. */
  height: number
  keyOf: (item: T) => string
  render: (item: T) => ComponentChildren
  label: string
  /** Whenever this is another object, its row is brought into view. */
  reveal?: { index: number } | undefined
}

export function VirtualList<T>({ items, height, keyOf, render, label, reveal }: Props<T>) {
  const scroller = useRef<HTMLDivElement>(null)
  const [, redraw] = useState(0)
  const options = {
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 6,
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    onChange: () => redraw((count) => count + 1),
  }
  const [virtual] = useState(() => new Virtualizer<HTMLDivElement, HTMLDivElement>(options))
  virtual.setOptions(options)
  useLayoutEffect(() => virtual._didMount(), [virtual])
  useLayoutEffect(() => virtual._willUpdate())
  useLayoutEffect(() => {
    if (reveal !== undefined) virtual.scrollToIndex(reveal.index)
  }, [virtual, reveal])

  return (
    <div class="scroller" ref={scroller}>
      <div role="list" aria-label={label} style={{ height: `${virtual.getTotalSize()}px` }}>
        {virtual.getVirtualItems().map(({ index, start }) => (
          <div
            key={keyOf(items[index] as T)}
            class="row"
            role="listitem"
            aria-posinset={index + 1}
            aria-setsize={items.length}
            style={{ height: `${height}px`, transform: `translateY(${start}px)` }}
          >
            {render(items[index] as T)}
          </div>
        ))}
      </div>
    </div>
  )
}
