import { useSearchParams } from 'wouter';

/** The way to older entries and back to the newest; where one is stands in the address. */
export function Paging({ next, of }: { readonly next: string | null | undefined; readonly of: string }) {
  const [params, setParams] = useSearchParams();
  const go = (after: string | null): void =>
    setParams((now) => {
      const to = new URLSearchParams(now);
      if (after === null) to.delete('after');
      else to.set('after', after);
      return to;
    });
  const isFirst = !params.has('after');
  if (isFirst && !next) return null;
  return (
    <nav className="paging" aria-label={`Pages of ${of}`}>
      <button type="button" className="quiet" disabled={isFirst} onClick={() => go(null)}>
        Newest {of}
      </button>
      <button type="button" className="quiet" disabled={!next} onClick={() => go(next ?? null)}>
        Older {of}
      </button>
    </nav>
  );
}
