import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { allowance, heldWhileLoading } from './allowance';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('runs out when its time has passed, and only once', () => {
	const over = vi.fn();
	const time = allowance(1000, over);
	vi.advanceTimersByTime(999);
	expect(over).not.toHaveBeenCalled();
	vi.advanceTimersByTime(1);
	expect(over).toHaveBeenCalledOnce();
	time.go();
	vi.advanceTimersByTime(5000);
	expect(over).toHaveBeenCalledOnce();
});

it('does not run while a model is loaded, and goes on with what is left when it is ready', () => {
	const over = vi.fn();
	const tell = heldWhileLoading(allowance(1000, over));
	vi.advanceTimersByTime(400);
	for (const phase of ['compile', 'read', 'check']) {
		tell({ phase });
		vi.advanceTimersByTime(60_000);
	}
	tell({ phase: 'ready' });
	vi.advanceTimersByTime(599);
	expect(over).not.toHaveBeenCalled();
	vi.advanceTimersByTime(1);
	expect(over).toHaveBeenCalledOnce();
});

it('never runs out once it was ended, held or not', () => {
	const over = vi.fn();
	const time = allowance(1000, over);
	time.hold();
	time.end();
	time.go();
	vi.advanceTimersByTime(5000);
	expect(over).not.toHaveBeenCalled();
});
