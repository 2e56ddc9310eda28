import { describe, expect, test } from 'vitest';
import { secretIn } from './secrets';

const CANARY = 'sk-canary<"8c1f\\9+x/ä&\'>';
const secrets = [
	{ name: 'other', secret: 'sk-nowhere-0000' },
	{ name: 'work', secret: CANARY }
];
const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64');

const WRITTEN: Record<string, string> = {
	'as it is': `The key is ${CANARY}.`,
	'in JSON': JSON.stringify({ said: `Bearer ${CANARY}` }),
	'in JSON inside JSON': JSON.stringify({ body: JSON.stringify({ said: CANARY }) }),
	'in JSON that escapes slashes': JSON.stringify(CANARY).replaceAll('/', '\\/'),
	'percent-encoded': `https://a.example/?key=${encodeURIComponent(CANARY)}`,
	'percent-encoded in small letters': encodeURIComponent(CANARY).toLowerCase(),
	'in HTML': CANARY.replace(/&/g, '&amp;')
		.replace(/</g, '&lt;')
		.replace(/>/g, '&gt;')
		.replace(/"/g, '&quot;')
		.replace(/'/g, '&#39;'),
	'in hex': Buffer.from(CANARY, 'utf8').toString('hex'),
	'in base64': base64(CANARY),
	'in base64, one byte on': base64(`x${CANARY} and more`),
	'in base64, two bytes on': base64(`xy${CANARY} and more`),
	'in base64 for addresses': Buffer.from(`xyz1${CANARY}!`, 'utf8').toString('base64url')
};

describe.each(Object.entries(WRITTEN))('%s', (_, text) => {
	test('it is found, in text and in bytes', () => {
		expect(secretIn(text, secrets)).toBe('work');
		expect(secretIn(new TextEncoder().encode(text), secrets)).toBe('work');
	});
	test('another is not', () => {
		expect(secretIn(text, [{ name: 'other', secret: 'sk-nowhere-0000' }])).toBeNull();
	});
});

test('nothing is found where nothing stands, and a short word is no secret', () => {
	expect(secretIn('A report.', secrets)).toBeNull();
	expect(secretIn('', secrets)).toBeNull();
	expect(
		secretIn('A report.', [
			{ name: 'x', secret: 'port' },
			{ name: 'y', secret: '' }
		])
	).toBeNull();
});
