/** Takes one printed line of a benchmark. */
export type Report = (line: string) => void;

export const percent = (share: number, digits = 2): string => `${(100 * share).toFixed(digits)} %`;
