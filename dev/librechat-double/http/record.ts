/** A request as it is remembered: neither bodies nor tokens. */
export interface RecordedRequest {
  readonly method: string
  /** Without the query. */
  readonly path: string
  /** With its question mark, or empty. */
  readonly query: string
  readonly userAgent: string
  /** Epoch milliseconds. */
  readonly at: number
  /** 0 until, or unless, it was answered. */
  status: number
}
