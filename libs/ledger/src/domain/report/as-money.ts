/** `$1,250`, `−$3.20`; with cents below a hundred. */
export function asMoney(amount: number): string {
  const digits = Math.abs(amount) < 100 ? 2 : 0;
  const figures = Math.abs(amount).toLocaleString('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return `${amount < 0 && Number(figures.replaceAll(',', '')) !== 0 ? '−' : ''}$${figures}`;
}
