/** The parent id of a conversation's first message, which clients must spell out. */
export const noParent = '00000000-0000-0000-0000-000000000000'
