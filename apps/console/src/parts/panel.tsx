import { createContext, type ReactNode, use, useId } from 'react';

interface PanelProps {
  readonly title: string;
  readonly name: string;
  readonly simulated?: boolean | undefined;
  readonly note?: ReactNode;
  readonly children: ReactNode;
}

/** Whether anything that the page shows was simulated: then every panel says so, its own figures or not. */
export const IsAnySimulated = createContext(false);

/** A part of the page with a heading, and the mark of whatever was not bought from a real provider. */
export function Panel({ title, name, simulated, note, children }: PanelProps) {
  const heading = useId();
  const isAnySimulated = use(IsAnySimulated);
  return (
    <section className={`panel ${name}`} aria-labelledby={heading}>
      <header>
        <h2 id={heading}>{title}</h2>
        {(simulated || isAnySimulated) && <SimulatedMark />}
        {note && <div className="note">{note}</div>}
      </header>
      {children}
    </section>
  );
}

export function SimulatedMark() {
  return (
    <span className="simulated" title="These figures come from the sandbox, not from a real provider.">
      simulated
    </span>
  );
}

export function Empty({ children }: { readonly children: ReactNode }) {
  return <p className="empty">{children}</p>;
}
