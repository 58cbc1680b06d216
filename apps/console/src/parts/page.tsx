import { type ReactNode, use, useEffect, useRef } from 'react';
import { Link } from 'wouter';
import { IsAnySimulated, SimulatedMark } from './panel.tsx';

interface PageProps {
  readonly title: string;
  /** Where it belongs, one step up. */
  readonly up?: { readonly path: string; readonly name: string };
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** One page: its name stands in the window's title too, and takes the focus where one comes to it by a link. */
export function Page({ title, up, lead, actions, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const isAnySimulated = use(IsAnySimulated);
  useEffect(() => {
    document.title = title === 'Overview' ? 'ContentFlow' : `${title} · ContentFlow`;
  }, [title]);
  useEffect(() => {
    // The first page of all is read from its top.
    if (window.history.state !== null || document.activeElement !== document.body) heading.current?.focus();
  }, []);
  return (
    <main>
      <header className="page-head">
        {up && (
          <Link href={up.path} className="up">
            {up.name}
          </Link>
        )}
        <div className="line">
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {isAnySimulated && <SimulatedMark />}
          {actions && <div className="actions">{actions}</div>}
        </div>
        {lead && <p className="lead">{lead}</p>}
      </header>
      {children}
    </main>
  );
}
