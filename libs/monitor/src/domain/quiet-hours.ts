/** Every day, between two times of day (HH:MM). */
interface QuietHours {
  readonly from: string;
  readonly until: string;
  /** `UTC`, `Europe/Berlin` */
  readonly timeZone: string;
}

/**
 * Whether a time lies in the quiet hours: from one time of day in their zone until another, over midnight where the first is the later one.
 * The zone's summer time counts.
 * @param hours  undefined for none
 */
export function isQuietBy(hours: QuietHours | undefined): (at: number) => boolean {
  if (!hours) return () => false;
  const { from, until, timeZone } = hours;
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  return (at) => {
    const time = clock.format(at);
    return from < until ? time >= from && time < until : time >= from || time < until;
  };
}
