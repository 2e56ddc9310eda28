/** A day, or a day and a time; without a zone it is meant where the person is. */
const WRITTEN = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:\d{2})?)?$/;

/**
 * The point in time, ms since 1970, that a text such as `2026-12-01` or `2026-12-01T09:00` names; null for any other text.
 * Left to itself the language would take `week 12` for a day in 2001, and a wait for that would be over at once.
 */
export function timeOf(text: string): number | null {
	const [, year = '', month = '', day = '', time = '00:00', zone = ''] = WRITTEN.exec(text.trim()) ?? [];
	if (new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() !== Number(day))
		return null;
	const at = Date.parse(`${year}-${month}-${day}T${time}${zone}`);
	return Number.isNaN(at) ? null : at;
}
