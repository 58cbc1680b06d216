/** Tokens of an English text, by the usual rule of four characters each. */
export const estimatedTokens = (text: string): number => Math.ceil(text.length / 4);
