import { expect, it } from 'vitest';
import { keyRing, originFor } from './keys';

it('gives a key to the origin that it was first used with, and to no other', () => {
	const keys = keyRing();
	keys.set('openai-compatible', 'sk-canary');
	expect(keys.use('openai-compatible', 'https://mine.example')).toBe('sk-canary');
	expect(keys.use('openai-compatible', 'https://other.example')).toBeUndefined();
	expect(keys.use('openai-compatible', null)).toBeUndefined();
	keys.set('openai-compatible', '');
	expect(keys.use('openai-compatible', 'https://mine.example')).toBeUndefined();
});

it('knows where a choice leads', () => {
	expect(originFor({ id: 'built-in', title: '', onDevice: true, config: {} })).toBeNull();
	const config = { baseUrl: 'http://localhost:11434/v1', model: 'm' };
	expect(originFor({ id: 'openai-compatible', title: '', onDevice: false, config })).toBe(
		'http://localhost:11434'
	);
});
