export { answerOf, type Client, type ClientOptions, createClient, ProblemError } from './client.ts';
export type { components, operations, paths } from './generated/api.ts';
