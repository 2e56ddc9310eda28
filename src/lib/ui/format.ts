/** Facts in words. The person's own language for dates and numbers, English for the words around them. */

const SIZES = ['bytes', 'KB', 'MB', 'GB', 'TB'];

/** `0 bytes`, `812 bytes`, `4.2 KB`. Unknown is said, never shown as nothing. */
export function sayBytes(bytes: number | null): string {
	if (bytes === null) return 'unknown';
	if (bytes === 1) return '1 byte';
	let size = bytes;
	let unit = 0;
	while (size >= 1000 && unit < SIZES.length - 1) {
		size /= 1000;
		unit += 1;
	}
	const digits = unit === 0 || size >= 100 ? 0 : 1;
	return `${size.toLocaleString(undefined, { maximumFractionDigits: digits })} ${SIZES[unit] ?? ''}`;
}

/** `240 ms`, `3.1 s`, `4 min`, `2 h 5 min`. */
export function sayDuration(ms: number): string {
	if (ms < 1000) return `${Math.round(ms)} ms`;
	if (ms < 60_000) return `${(ms / 1000).toLocaleString(undefined, { maximumFractionDigits: 1 })} s`;
	const minutes = Math.round(ms / 60_000);
	if (minutes < 60) return `${minutes} min`;
	const rest = minutes % 60;
	return rest ? `${Math.floor(minutes / 60)} h ${rest} min` : `${minutes / 60} h`;
}

/** `1 flag`, `2 flags`; a third form for words that do not take an s. */
export function count(n: number, one: string, many = `${one}s`): string {
	return `${n.toLocaleString()} ${n === 1 ? one : many}`;
}

const WORDS = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine'];

/** Like {@link count}, with small numbers as words and a capital: for the beginning of a sentence. */
export function countInWords(n: number, one: string, many = `${one}s`): string {
	return `${WORDS[n] ?? n.toLocaleString()} ${n === 1 ? one : many}`;
}

/** `today 14:02`, `yesterday 09:10`, `Mon 16 Nov`, `16 Nov 2025`. */
export function sayWhen(at: number, now: number): string {
	const day = new Date(at);
	const time = sayTime(at);
	const days = Math.round((midnight(now) - midnight(at)) / 86_400_000);
	if (days === 0) return `today ${time}`;
	if (days === 1) return `yesterday ${time}`;
	const sameYear = day.getFullYear() === new Date(now).getFullYear();
	return sameYear
		? day.toLocaleDateString('en-GB', { weekday: 'short', day: 'numeric', month: 'short' })
		: day.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
}

/** A moment to come, with its day unless that is today: `Tue 1 Dec 09:00`. */
export function sayMoment(at: number, now: number): string {
	if (midnight(at) === midnight(now)) return sayTime(at);
	const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
	const day = new Date(at).toLocaleDateString('en-GB', {
		weekday: 'short',
		day: 'numeric',
		month: 'short',
		...(sameYear ? {} : { year: 'numeric' })
	});
	return `${day.replace(',', '')} ${sayTime(at)}`;
}

/** `14:02`. */
export function sayTime(at: number): string {
	return new Date(at).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
}

/** `just now`, `4 min ago`, `2 days ago`. */
export function sayAgo(at: number, now: number): string {
	return now - at < 60_000 ? 'just now' : `${sayLong(now - at)} ago`;
}

/** `in 40 s`, `in 3 h`, `in 6 days`; `now` when it is over. */
export function sayLater(at: number, now: number): string {
	return at <= now ? 'now' : `in ${sayLong(at - now)}`;
}

/** A length of time as people say it: days from two days on, seconds below a minute. */
function sayLong(ms: number): string {
	const days = Math.round(ms / 86_400_000);
	if (ms >= 36 * 3_600_000) return count(days, 'day');
	if (ms >= 3_600_000) return `${Math.round(ms / 3_600_000)} h`;
	return ms >= 60_000 ? `${Math.round(ms / 60_000)} min` : `${Math.max(1, Math.round(ms / 1000))} s`;
}

/** Date and time to the second, with the zone: what a tooltip shows. */
export function sayExactly(at: number): string {
	return new Date(at).toLocaleString('en-GB', {
		weekday: 'long',
		day: 'numeric',
		month: 'long',
		year: 'numeric',
		hour: '2-digit',
		minute: '2-digit',
		second: '2-digit',
		timeZoneName: 'short'
	});
}

function midnight(at: number): number {
	return new Date(at).setHours(0, 0, 0, 0);
}

/** True on a Mac or an iPad, where shortcuts go by Command. */
export function isApple(): boolean {
	return /mac|iphone|ipad/i.test(navigator.userAgent);
}
