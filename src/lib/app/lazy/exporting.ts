// Loaded when something is exported or imported.
import DOMPurify from 'dompurify';

export { exportFormat, exportFormats, unpackBundle, type ExportSource, type ExportValue } from '$lib/exports';

/** Rendered Markdown made harmless for a file that somebody else opens. */
export function sanitise(html: string): string {
	return DOMPurify.sanitize(html, {
		FORBID_TAGS: ['style', 'form', 'svg', 'math', 'img', 'input'],
		FORBID_ATTR: ['style', 'id', 'name']
	});
}
