import { fail, failure, ok } from '$lib/core';
import type { LocalModel } from '$lib/models';
import { expect, test } from 'vitest';
import { makeRoom } from './room';

const model = (key: string, size: number, more: Partial<LocalModel> = {}) =>
	({ key, title: key, size, chunks: ['a', 'b'], state: 'ready', url: 'https://x', ...more }) as LocalModel;

/** A device with so many bytes free, and models; `busy` ones cannot be removed. */
function device(free: number | null, models: LocalModel[], busy: string[] = []) {
	const here = [...models];
	return {
		here,
		free: async () => free,
		models: async () => [...here],
		async remove(key: string) {
			if (busy.includes(key)) return fail(failure('model.busy', 'It is just being worked on.'));
			const at = here.findIndex((one) => one.key === key);
			free = (free ?? 0) + (here.splice(at, 1)[0]?.size ?? 0);
			return ok(undefined);
		}
	};
}

test('models give way to files, those first that are worth least, and no more than is needed', async () => {
	const models = [
		model('brought', 500, { url: null }),
		model('small', 100),
		model('big', 300),
		model('half', 200, { state: 'partial', chunks: ['a', null] })
	];
	const room = device(10, models);
	expect(await makeRoom(450, room)).toEqual(ok(['half', 'big']));
	expect(room.here.map(({ key }) => key)).toEqual(['brought', 'small']);
});

test('where it fits, or nobody says, none goes; where all of them were not enough, none goes either', async () => {
	for (const [free, bytes] of [
		[10, 10],
		[null, 1e12]
	] as const) {
		const room = device(free, [model('m', 100)]);
		expect(await makeRoom(bytes, room)).toEqual(ok([]));
		expect(room.here).toHaveLength(1);
	}
	const room = device(10, [model('m', 100)]);
	expect(await makeRoom(111, room)).toMatchObject({ ok: false, failure: { code: 'storage.full' } });
	expect(room.here).toHaveLength(1);
});

test('one that is being worked on stays; what was removed in vain is said', async () => {
	const room = device(10, [model('busy', 100), model('other', 50)], ['busy']);
	const made = await makeRoom(120, room);
	expect(made.ok ? '' : made.failure.message).toContain('Removed to make room, and not enough: other.');
});
