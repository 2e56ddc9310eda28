import { DONE, fail, failure, type Result } from '$lib/core';
import { chain, emptyHead } from '$lib/run';
import type { Commit, Store } from '$lib/storage';
import { describe, expect, it, vi } from 'vitest';
import { CommitQueue, type Write } from './queue';

/** A queue over a store that writes down what it is given; `answer` says how it went. */
function queueOn(answer: (commit: Commit) => Result<void> = () => DONE) {
	const commits: Commit[] = [];
	const flushed: number[] = [];
	const store = {
		async flush() {
			flushed.push(commits.length);
			return DONE;
		},
		async commit(commit: Commit) {
			commits.push(commit);
			await new Promise((done) => setTimeout(done, 1));
			return answer(commit);
		}
	} as Partial<Store> as Store;
	const nothing = () => undefined;
	return {
		commits,
		flushed,
		queue: new CommitQueue(
			store,
			() => 1,
			() => 0,
			nothing,
			nothing
		)
	};
}

function write(stream: string, durability: Write['durability'] = 'relaxed'): Write {
	return { records: chain(emptyHead(stream), [{ type: 'x', at: 1 }]), values: [], durability };
}

const streams = (commit: Commit) => commit.records.map((record) => record.stream);

describe('group commit', () => {
	it('gathers relaxed writes for a moment', async () => {
		const { queue, commits } = queueOn();
		await Promise.all(['a', 'b', 'c'].map((stream) => queue.write(write(stream))));
		expect(commits.map(streams)).toEqual([['a', 'b', 'c']]);
		expect(commits[0]?.durability).toBe('relaxed');
	});

	it('writes what is strict at once, with everything before it', async () => {
		vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
		try {
			const { queue, commits } = queueOn();
			const first = queue.write(write('a'));
			const second = queue.write(write('b', 'strict'));
			const third = queue.write(write('c', 'strict'));
			expect(commits.map(streams)).toEqual([['a', 'b']]);
			expect(commits[0]?.durability).toBe('strict');
			await vi.advanceTimersByTimeAsync(5);
			expect(await Promise.all([first, second, third])).toEqual([DONE, DONE, DONE]);
			expect(commits.map(streams)).toEqual([['a', 'b'], ['c']]);
		} finally {
			vi.useRealTimers();
		}
	});

	it('has what is relaxed written out once nothing follows it, and nothing more after what is strict', async () => {
		const { queue, flushed } = queueOn();
		await queue.write(write('a'));
		await queue.write(write('b'));
		await vi.waitFor(() => expect(flushed).toEqual([2]));
		await queue.write(write('c'));
		await queue.write(write('d', 'strict'));
		await new Promise((done) => setTimeout(done, 200));
		expect(flushed).toEqual([2]);
	});

	it('writes out now and then where relaxed writes never pause', async () => {
		const { queue, commits } = queueOn();
		vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
		try {
			for (let n = 0; n < 45; n++) {
				const written = queue.write(write(`s${n}`));
				await vi.advanceTimersByTimeAsync(60);
				await written;
			}
		} finally {
			vi.useRealTimers();
		}
		const strict = commits.flatMap(({ durability }, n) => (durability === 'strict' ? [n] : []));
		expect(strict).toEqual([20, 41]);
	});

	it('does not let much wait, and says so to whoever runs ahead', async () => {
		const { queue, commits } = queueOn();
		const writes = Array.from({ length: 300 }, (_, index) => queue.write(write(`s${index}`)));
		expect(commits).toHaveLength(1);
		expect(queue.isFarBehind).toBe(false);
		const big = { hash: 'h', media: 'text/plain', content: '', bytes: 9_000_000 };
		void queue.write({ ...write('big'), values: [big] });
		expect(queue.isFarBehind).toBe(true);
		await Promise.all(writes);
		expect(commits.flatMap(streams)).toHaveLength(301);
	});

	it('does not make a write suffer for another stream that moved', async () => {
		const moved = fail(failure('stream.moved', 'Somebody else was first.'));
		const { queue, commits } = queueOn((commit) => (streams(commit).includes('b') ? moved : DONE));
		const answers = await Promise.all(['a', 'b', 'c'].map((stream) => queue.write(write(stream))));
		expect(answers.map((answer) => answer.ok)).toEqual([true, false, true]);
		expect(commits.map(streams)).toEqual([['a', 'b', 'c'], ['a'], ['b'], ['c']]);
	});
});
