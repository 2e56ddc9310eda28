import { sayMoment } from '../format';

/** Times that a gate can be put off to, from now on; those that come too late for its deadline are left out. */
export function laterTimes(
	now: number,
	before: number | null
): { id: string; title: string; summary: string; at: number }[] {
	const at = (days: number, hour: number) => {
		const day = new Date(now);
		day.setDate(day.getDate() + days);
		return day.setHours(hour, 0, 0, 0);
	};
	const toMonday = (8 - new Date(now).getDay()) % 7 || 7;
	const times = [
		{ id: 'hour', title: 'In an hour', at: now + 3_600_000 },
		{ id: 'evening', title: 'This evening', at: at(0, 18) },
		{ id: 'tomorrow', title: 'Tomorrow morning', at: at(1, 9) },
		{ id: 'monday', title: 'On Monday', at: at(toMonday, 9) }
	];
	return times
		.filter((time) => time.at > now && (before === null || time.at < before))
		.filter((time, index, all) => all.findIndex((other) => other.at === time.at) === index)
		.map((time) => ({ ...time, summary: sayMoment(time.at, now) }));
}
