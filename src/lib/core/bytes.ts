const SIZES = ['bytes', 'KB', 'MB', 'GB', 'TB'];

/** `0 bytes`, `812 bytes`, `4.2 KB`, in the person's own way of writing numbers. Unknown is said, never shown as nothing. */
export function sayBytes(bytes: number | null): string {
	if (bytes === null) return 'unknown';
	if (bytes === 1) return '1 byte';
	let size = bytes;
	let unit = 0;
	while (size >= 1000 && unit < SIZES.length - 1) {
		size /= 1000;
		unit += 1;
	}
	const digits = unit === 0 || size >= 100 ? 0 : 1;
	return `${size.toLocaleString(undefined, { maximumFractionDigits: digits })} ${SIZES[unit] ?? ''}`;
}
