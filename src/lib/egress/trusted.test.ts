import { afterEach, beforeEach, expect, test, vi } from 'vitest';

// A fresh module each time: the policy is created once in a page's life.
const load = async () => (await import('./trusted')).trustedScriptUrl;

beforeEach(() => {
	vi.resetModules();
	vi.stubGlobal('location', new URL('https://galley.test/runs/1'));
});
afterEach(() => vi.unstubAllGlobals());

test('accepts a path on this origin, as it is where there are no Trusted Types', async () => {
	const trustedScriptUrl = await load();
	expect(trustedScriptUrl('/service-worker.js')).toBe('/service-worker.js');
	expect(trustedScriptUrl('https://galley.test/w.js')).toBe('https://galley.test/w.js');
});

test.each([
	'https://elsewhere.test/w.js',
	'//elsewhere.test/w.js',
	'/\\elsewhere.test/w.js',
	'data:text/javascript,0',
	'blob:https://galley.test/1',
	'javascript:0',
	'w.js',
	''
])('refuses %j', async (url) => {
	const trustedScriptUrl = await load();
	expect(() => trustedScriptUrl(url)).toThrow(TypeError);
});

test('makes one policy, under the name that the content security policy allows', async () => {
	const createPolicy = vi.fn((_name: string, rules: { createScriptURL(url: string): string }) => ({
		createScriptURL: (url: string) => `trusted ${rules.createScriptURL(url)}`
	}));
	vi.stubGlobal('trustedTypes', { createPolicy });
	const trustedScriptUrl = await load();
	expect(trustedScriptUrl('/a.js')).toBe('trusted /a.js');
	expect(trustedScriptUrl('/b.js')).toBe('trusted /b.js');
	expect(() => trustedScriptUrl('//elsewhere.test/c.js')).toThrow(TypeError);
	expect(createPolicy).toHaveBeenCalledOnce();
	expect(createPolicy.mock.calls[0]?.[0]).toBe('galley-script-url');
});
