import { differenceOf } from './difference.ts';

/** A prompt as it was and as it is tried: what went is struck out, what came is underlined. */
export function PromptDifference({ before, after }: { readonly before: string; readonly after: string }) {
  return (
    <pre className="prompt" tabIndex={0} role="region" aria-label="The prompt before and after">
      {differenceOf(before, after).map(({ kind, text }, index) => {
        if (kind === 'before') return <del key={index}>{text}</del>;
        return kind === 'after' ? <ins key={index}>{text}</ins> : <span key={index}>{text}</span>;
      })}
    </pre>
  );
}
