/** What a conversation's id may look like in a link: no separator, no escape, nothing that a shell or a path reads. */
const id = /^[A-Za-z0-9-]{1,64}$/
/** Names that the window keeps drafts under; no conversation is called so. */
const reserved: ReadonlySet<string> = new Set(['new', 'quick'])
const path = '://open/conversation/'

export const isLinkable = (conversationId: string): boolean => id.test(conversationId) && !reserved.has(conversationId)

/** The link that opens a conversation, or null when its id is not one that links take. */
export const linkTo = (protocol: string, conversationId: string): string | null =>
  isLinkable(conversationId) ? `${protocol}${path}${conversationId}` : null

/**
 * The conversation that a link names, or null. The only link there is: `<protocol>://open/conversation/<id>`, letter by letter. It is
 * compared and never parsed, so that no normalising (case, escapes, dots, spaces) can turn something else into it.
 */
export function conversationOf(link: string, protocol: string): string | null {
  const start = `${protocol}${path}`
  if (link.length > start.length + 64 || !link.startsWith(start)) return null
  const conversationId = link.slice(start.length)
  return isLinkable(conversationId) ? conversationId : null
}
