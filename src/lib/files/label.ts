/**
 * A name from inside an archive or a mail as a label that may be shown: no control characters, nothing that turns the
 * writing direction, no way up or from the root. Nothing is ever looked up by it.
 */
export function labelOf(name: string): string {
	const steps = name
		// eslint-disable-next-line no-control-regex -- control characters are what it takes out
		.replace(/[\u0000-\u001f\u007f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')
		.replace(/^[a-z]:/i, '')
		.split(/[\\/]+/)
		.filter((step) => step !== '' && step !== '.' && step !== '..');
	const label = steps.join('/');
	return label === '' ? 'unnamed' : label.length > 200 ? `…${label.slice(-199)}` : label;
}
