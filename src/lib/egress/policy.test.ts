import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { isPrivateHost } from '$lib/core';
import { mayReach, originOf } from './policy';

// Properties take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const API = 'https://api.example.com';

test.each([
	['https://api.example.com/v1/chat/completions', [API]],
	['https://api.example.com:443/v1', [API]],
	['https://API.example.com/v1', [`${API}/v1/`]],
	['http://localhost:11434/v1', ['http://localhost:11434/v1']],
	['http://127.0.0.1:1234', ['http://127.0.0.1:1234']],
	['http://[::1]:8080/x', ['http://[::1]:8080']],
	['https://192.168.1.5:8443/v1', ['https://192.168.1.5:8443']],
	['https://models.local/v1', ['https://models.local']]
])('%s may be reached', (url, allowed) => {
	const result = mayReach(url, allowed);
	expect(result.ok && result.value.origin).toBe(new URL(url).origin);
});

test.each([
	['https://api.example.com/v1', [], 'egress.not-allowed'],
	['https://evil.example', [API], 'egress.not-allowed'],
	['https://api.example.com.evil.example', [API], 'egress.not-allowed'],
	['https://api.example.com:8443', [API], 'egress.not-allowed'],
	['https://sub.api.example.com', [API], 'egress.not-allowed'],
	['http://api.example.com', [API], 'egress.not-allowed'],
	['http://api.example.com', ['http://api.example.com'], 'egress.insecure'],
	['http://192.168.1.5:11434', ['http://192.168.1.5:11434'], 'egress.insecure'],
	['http://localhost:1', ['http://localhost:2'], 'egress.private'],
	['https://10.0.0.1', [API], 'egress.private'],
	['http://169.254.169.254/latest/meta-data', [API], 'egress.private'],
	['http://2130706433/', [API], 'egress.private'],
	['http://0x7f.1/', [API], 'egress.private'],
	['https://[fe80::1]', [API], 'egress.private'],
	['https://[::ffff:10.0.0.1]', [API], 'egress.private'],
	['https://router.local', [API], 'egress.private'],
	['https://user:hunter2@api.example.com', [API], 'egress.credentials'],
	['https://user@api.example.com', [API], 'egress.credentials'],
	['ftp://api.example.com', [API], 'egress.scheme'],
	['file:///etc/passwd', ['file:///'], 'egress.scheme'],
	['data:text/plain,x', ['null', 'data:'], 'egress.scheme'],
	['javascript:alert(1)', [API], 'egress.scheme'],
	['/v1/chat', [API], 'egress.bad-url'],
	['', [API], 'egress.bad-url']
])('%s with %j is refused as %s', (url, allowed, code) => {
	const result = mayReach(url, allowed);
	if (result.ok) throw new Error('It was let through.');
	expect(result.failure.code).toBe(code);
	expect(result.failure.message).toContain('Nothing was sent.');
	expect(result.failure.message).not.toContain('hunter2');
});

test('what is let through has an allowed origin, is web, and is encrypted or local; it never throws', () => {
	const url = fc.oneof(
		fc.webUrl({ withQueryParameters: true }),
		fc.string(),
		fc.ipV4().map((ip) => `http://${ip}/`),
		fc.ipV6().map((ip) => `https://[${ip}]/`)
	);
	fc.assert(
		fc.property(url, fc.array(url), (asked, others) => {
			const allowed = [asked, ...others];
			const result = mayReach(asked, allowed);
			if (!result.ok) return;
			const { value } = result;
			expect(allowed.map(originOf)).toContain(value.origin);
			expect(value.protocol === 'https:' || isPrivateHost(value.hostname)).toBe(true);
		})
	);
});
