import { expect, test, vi } from 'vitest';
import { seatOf, wishForSeat, type Seat } from './seat';

const never = new AbortController().signal;
const runtime = () => `test-${crypto.randomUUID()}`;

/** A tab with a model that it lets go only when told that its call is over. */
function tab(name: string) {
	let over: () => void = () => undefined;
	const wished = vi.fn();
	const seat: Seat = seatOf(name, async () => {
		wished();
		await new Promise<void>((resolve) => (over = resolve));
		seat.leave();
	});
	return { seat, wished, endCall: () => over(), told: [] as string[] };
}

test('a second tab waits, says so, and has the seat once the first has ended its call', async () => {
	const name = runtime();
	const [first, second] = [tab(name), tab(name)];
	await first.seat.take(never, ({ text }) => first.told.push(text));
	// Its own again, without a word.
	await first.seat.take(never, ({ text }) => first.told.push(text));
	expect(first.told).toEqual([]);
	let has = false;
	const taking = second.seat
		.take(never, ({ phase, text }) => second.told.push(`${phase}: ${text}`))
		.then(() => (has = true));
	await expect.poll(() => first.wished.mock.calls.length).toBe(1);
	expect(has).toBe(false);
	expect(second.told).toEqual([expect.stringMatching(/^wait: Waiting: another tab/)]);
	first.endCall();
	await taking;
	second.seat.leave();
});

test('who gives up waiting has no seat, and is in nobody’s way', async () => {
	const name = runtime();
	const [first, second, third] = [tab(name), tab(name), tab(name)];
	await first.seat.take(never, () => undefined);
	const stop = new AbortController();
	const taking = second.seat.take(stop.signal, () => undefined);
	await expect.poll(() => first.wished.mock.calls.length).toBe(1);
	stop.abort();
	await expect(taking).rejects.toThrow(/abort/i);
	first.endCall();
	await third.seat.take(never, () => undefined);
	third.seat.leave();
});

test('a model that is only kept is let go on a wish; another runtime’s is not', async () => {
	const [name, other] = [runtime(), runtime()];
	const [mine, others] = [tab(name), tab(other)];
	await mine.seat.take(never, () => undefined);
	await others.seat.take(never, () => undefined);
	wishForSeat(name);
	await expect.poll(() => mine.wished.mock.calls.length).toBe(1);
	expect(others.wished).not.toHaveBeenCalled();
	for (const one of [mine, others]) one.seat.leave();
});
