/** The only two IPC channels: requests `(route, input) → Result`, and events `(name, payload)`. */
export const callChannel = 'hestami:call'
export const eventChannel = 'hestami:event'
