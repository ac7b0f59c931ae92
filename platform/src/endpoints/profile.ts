import { profile } from '../api.ts'
import type { Route } from '../http/route.ts'
import { toProfile } from './api-user.ts'

export function createProfileRoute(): Route {
  return {
    method: 'GET',
    path: '/api/users/profile/',
    bearer: true,
    failure: { error: 'Failed to retrieve the profile' },
    describe: { summary: 'The signed-in user', answers: { 200: { meaning: 'The user.', body: profile } } },
    async handle(_call, user) {
      return { status: 200, body: toProfile(user) }
    },
  }
}
