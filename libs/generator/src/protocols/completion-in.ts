import { validated } from '@contentflow/nest-platform';
import { type Completion, completionSchema } from '../completions/completion-request.ts';

/** A translated request as it is read of a chat completion. @throws ContentFlowError `invalid-request` for what none can be */
export const completionIn = (body: object): Completion => validated(completionSchema, body);
