import type { ReactElement } from 'react'

/** 24-unit line drawings, drawn for this app. */
const paths = {
  plus: 'M12 5v14M5 12h14',
  send: 'M12 19V5M6 11l6-6 6 6',
  stop: 'M8 8h8v8H8z',
  image:
    'M4 6.5A1.5 1.5 0 0 1 5.5 5h13A1.5 1.5 0 0 1 20 6.5v11a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 17.5zM4 16l4.5-4.5 4 4 2.5-2.5 5 5M15 9.5h.01',
  close: 'M6 6l12 12M18 6L6 18',
  copy: 'M9 9h9.5a.5.5 0 0 1 .5.5v9a.5.5 0 0 1-.5.5h-9a.5.5 0 0 1-.5-.5zM15 9V5.5a.5.5 0 0 0-.5-.5h-9a.5.5 0 0 0-.5.5v9a.5.5 0 0 0 .5.5H9',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  menu: 'M4 7h16M4 12h16M4 17h16',
  pencil: 'M5 19l1-4L16 5l3 3L9 18zM14 7l3 3',
  trash: 'M5 7h14M10 7V5h4v2M7 7l1 12h8l1-12M10.5 10.5v5M13.5 10.5v5',
  left: 'M14 6l-6 6 6 6',
  right: 'M10 6l6 6-6 6',
  down: 'M6 10l6 6 6-6',
  retry: 'M19 12a7 7 0 1 1-2.2-5.1M19 4v4h-4',
  warning: 'M12 4l9 16H3zM12 10v4M12 17h.01',
  offline: 'M4 9a12 12 0 0 1 16 0M7 12.5a7.5 7.5 0 0 1 10 0M10 16a3.5 3.5 0 0 1 4 0M4 4l16 16',
  tool: 'M14.5 6.5a4 4 0 0 1 5-1l-3 3 1 2 2 1 3-3M14.5 6.5a4 4 0 0 0 .3 4L5 20l-1-1 9.5-9.8',
  thought: 'M8 15a5 5 0 1 1 8 0v2H8zM10 20h4',
  help: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM9.5 9.5a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.9-1.1 1.8M12 16.6h.01',
  download: 'M12 4v11M7 10.5l5 5 5-5M5 20h14',
  lock: 'M6.5 11h11a.5.5 0 0 1 .5.5v8a.5.5 0 0 1-.5.5h-11a.5.5 0 0 1-.5-.5v-8a.5.5 0 0 1 .5-.5zM8.5 11V8a3.5 3.5 0 0 1 7 0v3M12 14.5v2',
  leave: 'M14 5H6.5a.5.5 0 0 0-.5.5v13a.5.5 0 0 0 .5.5H14M11 12h9M17 9l3 3-3 3',
} as const
export type IconName = keyof typeof paths

export const Icon = ({ name }: { name: IconName }): ReactElement => (
  <svg className="icon" viewBox="0 0 24 24" aria-hidden="true">
    <path d={paths[name]} />
  </svg>
)

/** The product's mark: a house in a speech bubble. */
export const Mark = (): ReactElement => (
  <svg className="mark" viewBox="0 0 48 48" aria-hidden="true">
    <path
      className="mark-bubble"
      d="M24 4c11.6 0 20 7.6 20 17.6S35.600 39.200 24 39.200c-2.300 0-4.500-.300-6.500-.900L8 43l2.200-8.800C6.300 31 4 26.600 4 21.600 4 11.600 12.400 4 24 4z"
    />
    <path className="mark-house" d="M14.500 22.500L24 14l9.500 8.500M17.500 20.500V30h13v-9.500M22 30v-5h4v5" />
  </svg>
)
