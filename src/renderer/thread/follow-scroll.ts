import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { RefObject } from 'react'

/** Pixels from the end within which the view counts as being at the end. */
const near = 60

/**
 * Keeps a growing view at its end for as long as the reader is there, and leaves it alone once they scroll up.
 * `key` changes when other content is shown: the view then starts at its end.
 */
export function useFollowScroll(key: string): {
  view: RefObject<HTMLDivElement | null>
  content: RefObject<HTMLDivElement | null>
  atEnd: boolean
  toEnd: () => void
} {
  const view = useRef<HTMLDivElement>(null)
  const content = useRef<HTMLDivElement>(null)
  const following = useRef(true)
  const [atEnd, setAtEnd] = useState(true)

  const toEnd = useCallback(() => {
    following.current = true
    setAtEnd(true)
    if (view.current) view.current.scrollTop = view.current.scrollHeight
  }, [])

  useLayoutEffect(toEnd, [key, toEnd])

  useEffect(() => {
    const element = view.current
    const inner = content.current
    if (!element || !inner) return undefined
    let height = element.scrollHeight
    const onScroll = (): void => {
      const end = element.scrollHeight - element.scrollTop - element.clientHeight < near
      // Growth moves the end away by itself: only the reader's own scrolling stops the following.
      if (!end && element.scrollHeight !== height && following.current) return
      following.current = end
      setAtEnd(end)
    }
    const observer = new ResizeObserver(() => {
      height = element.scrollHeight
      if (following.current) element.scrollTop = element.scrollHeight
    })
    observer.observe(inner)
    observer.observe(element)
    element.addEventListener('scroll', onScroll, { passive: true })
    return () => {
      observer.disconnect()
      element.removeEventListener('scroll', onScroll)
    }
  }, [])

  return { view, content, atEnd, toEnd }
}
