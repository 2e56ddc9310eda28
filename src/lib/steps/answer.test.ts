import { expect, it } from 'vitest';
import { readAnswer } from './answer';

it('takes an answer that is no object, and one to a schema that cannot be used', async () => {
	expect(await readAnswer({ type: 'string', minLength: 2 }, 'yes')).toEqual({ ok: true, value: 'yes' });
	expect(await readAnswer({ type: 'string', minLength: 2 }, 'y')).toMatchObject({ ok: false });
	expect(await readAnswer({ $ref: '#/$defs/nobody' }, 'yes')).toEqual({ ok: true, value: 'yes' });
});

it('leaves out what was left out and has no default', async () => {
	const schema = { type: 'object', properties: { a: { type: 'object', properties: { b: { default: 1 } } } } };
	expect(await readAnswer(schema, {})).toEqual({ ok: true, value: {} });
	expect(await readAnswer(schema, { a: {} })).toEqual({ ok: true, value: { a: { b: 1 } } });
});
