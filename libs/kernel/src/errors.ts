/** An error that a person can act on: a stable code, a sentence, the field it is about, and the fix. */
export class ContentFlowError extends Error {
  readonly code: string;
  readonly field: string | undefined;
  readonly fix: string | undefined;

  constructor(code: string, problem: string, options: { field?: string; fix?: string; cause?: unknown } = {}) {
    const where = options.field ? `${options.field}: ` : '';
    const fix = options.fix ? `; ${options.fix}` : '';
    super(`${where}${problem}${fix}`, { cause: options.cause });
    this.name = 'ContentFlowError';
    this.code = code;
    this.field = options.field;
    this.fix = options.fix;
  }
}

export const isContentFlowError = (error: unknown, code?: string): error is ContentFlowError =>
  error instanceof ContentFlowError && (code === undefined || error.code === code);

/** `configurationError('providers[0].baseUrl', 'is not a URL: "localhost"', 'write http://localhost:11434/v1')` */
export const configurationError = (field: string, problem: string, fix: string): ContentFlowError =>
  new ContentFlowError('configuration', problem, { field, fix });

/** Bad usage of a command or a file: exit code 2. */
export const usageError = (problem: string, fix?: string): ContentFlowError =>
  new ContentFlowError('usage', problem, { fix });

export const messageOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
