import DOMPurify, { type UponSanitizeAttributeHook } from 'dompurify';

/** Sanitises markup in which all classes are ours: texts on the screen may have none, and the sanitiser is the same. */
export function withOwnClasses(sanitise: () => string): string {
	DOMPurify.addHook('uponSanitizeAttribute', keepClass);
	try {
		return sanitise();
	} finally {
		DOMPurify.removeHook('uponSanitizeAttribute', keepClass);
	}
}

const keepClass: UponSanitizeAttributeHook = (_, attribute) => {
	if (attribute.attrName === 'class') attribute.keepAttr = true;
};
