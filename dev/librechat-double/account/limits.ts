import type { Exchange } from '../http/exchange.ts'

export interface LimitState {
  readonly exceeded: boolean
  /** Requests of this key in the running window, this one included. */
  readonly count: number
}

/** A fixed window per key, as express-rate-limit counts: all requests, refused ones too. */
export interface Limit {
  /** Counts this request and puts the legacy `X-RateLimit-*` headers on its answer; `Retry-After` when it is over. */
  hit(exchange: Exchange, key: string): LimitState
  reset(): void
}

export function createLimit(max: number, windowSeconds: number): Limit {
  const windows = new Map<string, { count: number; resetAt: number }>()
  return {
    hit(exchange, key) {
      const now = Date.now()
      let window = windows.get(key)
      if (!window || window.resetAt <= now) {
        window = { count: 0, resetAt: now + windowSeconds * 1000 }
        windows.set(key, window)
      }
      window.count++
      const exceeded = window.count > max
      limitHeaders(exchange, max, Math.max(0, max - window.count), window.resetAt, exceeded)
      return { exceeded, count: window.count }
    },
    reset: () => windows.clear(),
  }
}

/** `resetAt` in epoch milliseconds. */
export function limitHeaders(exchange: Exchange, max: number, left: number, resetAt: number, blocked: boolean): void {
  exchange.setHeader('X-RateLimit-Limit', String(max))
  exchange.setHeader('X-RateLimit-Remaining', String(left))
  exchange.setHeader('X-RateLimit-Reset', String(Math.ceil(resetAt / 1000)))
  if (blocked) exchange.setHeader('Retry-After', String(Math.max(0, Math.ceil((resetAt - Date.now()) / 1000))))
}

export interface Limits {
  readonly login: Limit
  readonly verifyCode: Limit
  readonly register: Limit
  readonly message: Limit
  readonly uploadByAddress: Limit
  readonly uploadByUser: Limit
  reset(): void
}

export function createLimits(max: {
  loginMax: number
  registerMax: number
  messageMax: number
  uploadMax: number
}): Limits {
  const limits = {
    login: createLimit(max.loginMax, 300),
    verifyCode: createLimit(max.loginMax, 300),
    register: createLimit(max.registerMax, 3600),
    message: createLimit(max.messageMax, 60),
    uploadByAddress: createLimit(max.uploadMax * 2, 900),
    uploadByUser: createLimit(max.uploadMax, 900),
  }
  return { ...limits, reset: () => Object.values(limits).forEach((limit) => limit.reset()) }
}
