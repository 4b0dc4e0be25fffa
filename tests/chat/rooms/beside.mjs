const live = new URL("../../../chat/live/static/live/", import.meta.url).href;

export function resolve(specifier, context, next) {
  return next(specifier.replace(/^\.\.\/live\//, live), context);
}
