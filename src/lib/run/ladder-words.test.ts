import { expect, it } from 'vitest';
import { NO_SPEND } from './cost';
import { sayMoney, saySpend } from './ladder-words';

it.each([
	[0, '0.00 EUR'],
	[1.5, '1.50 EUR'],
	[0.1, '0.10 EUR'],
	[0.0123, '0.012 EUR'],
	[0.00000123, '0.0000012 EUR'],
	[1234.5, '1,234.50 EUR']
])('%d is %s', (amount, said) => {
	expect(sayMoney({ amount, currency: 'EUR' })).toBe(said);
});

it('says what is unknown, and never that it was nothing', () => {
	expect(saySpend({ ...NO_SPEND, calls: 3, remote: 0 })).toBe('nothing paid: no remote model was asked');
	expect(saySpend({ ...NO_SPEND, remote: 1, unknown: 1 })).toBe('cost unknown');
	expect(saySpend({ ...NO_SPEND, remote: 5, unknown: 2, money: { EUR: 1, USD: 0.3 } })).toBe(
		'1.00 EUR and 0.30 USD, cost unknown for 2 of 5 remote calls'
	);
});
