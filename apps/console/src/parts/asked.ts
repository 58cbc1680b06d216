import { useSearchParams } from 'wouter';

/** What a list is asked for, as the address has it: `?status=failed&after=…` */
export function useAsked(names: readonly string[]): {
  readonly query: string;
  readonly value: (name: string) => string;
  readonly set: (values: Readonly<Record<string, string>>) => void;
} {
  const [params, setParams] = useSearchParams();
  const known = [...names, 'after'].filter((name) => params.get(name));
  const query = new URLSearchParams(known.map((name) => [name, params.get(name) ?? '']));
  return {
    query: query.size > 0 ? `&${query.toString()}` : '',
    value: (name) => params.get(name) ?? '',
    // Another question has another first page.
    set: (values) => setParams(new URLSearchParams(Object.entries(values).filter(([, value]) => value !== ''))),
  };
}
