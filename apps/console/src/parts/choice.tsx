import { words } from '../format.ts';

interface ChoiceProps {
  readonly label: string;
  readonly values: readonly string[];
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** What stands for no choice; none where one has to be made. */
  readonly all?: string | null;
  readonly nameOf?: (value: string) => string;
}

export function Choice({ label, values, value, onChange, all = 'all', nameOf = words }: ChoiceProps) {
  return (
    <label className="choice-of">
      {label}{' '}
      <select value={value} onChange={({ target }) => onChange(target.value)}>
        {all !== null && <option value="">{all}</option>}
        {values.map((each) => (
          <option key={each} value={each}>
            {nameOf(each)}
          </option>
        ))}
      </select>
    </label>
  );
}
