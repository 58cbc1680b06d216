/** An error that a person can act on: a stable code, a sentence, the field it is about, and the mend. */
export class ContentFlowError extends Error {
  readonly code: string;
  readonly field: string | undefined;
  readonly mend: string | undefined;

  constructor(code: string, problem: string, options: { field?: string; mend?: string; cause?: unknown } = {}) {
    const where = options.field ? `${options.field}: ` : '';
    const mend = options.mend ? `; ${options.mend}` : '';
    super(`${where}${problem}${mend}`, { cause: options.cause });
    this.name = 'ContentFlowError';
    this.code = code;
    this.field = options.field;
    this.mend = options.mend;
  }
}

export const isContentFlowError = (error: unknown, code?: string): error is ContentFlowError =>
  error instanceof ContentFlowError && (code === undefined || error.code === code);

/** `configurationError('providers[0].baseUrl', 'is not a URL: "localhost"', 'write http://localhost:11434/v1')` */
export const configurationError = (field: string, problem: string, mend: string): ContentFlowError =>
  new ContentFlowError('configuration', problem, { field, mend });

/** Bad usage of a command or a file: exit code 2. */
export const usageError = (problem: string, mend?: string): ContentFlowError =>
  new ContentFlowError('usage', problem, { mend });

export const messageOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
