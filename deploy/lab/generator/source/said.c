#include "said.h"

#include <string.h>

/* Where reading stands; NULL when what came is no JSON. */
struct cursor {
    const char *at, *end;
};

static bool is_blank(char letter) { return letter == ' ' || letter == '\n' || letter == '\r' || letter == '\t'; }

static char peek(struct cursor *cursor) {
    while (cursor->at && cursor->at < cursor->end && is_blank(*cursor->at))
        cursor->at++;
    return cursor->at && cursor->at < cursor->end ? *cursor->at : '\0';
}

static bool take(struct cursor *cursor, char letter) {
    if (peek(cursor) != letter)
        return false;
    cursor->at++;
    return true;
}

/* From its first quote: what is between the quotes. A quote after an odd number of backslashes is part of it. */
static struct piece take_string(struct cursor *cursor) {
    const char *begin = cursor->at + 1, *at = begin;
    while (at < cursor->end && *at != '"')
        at += *at == '\\' ? 2 : 1;
    if (at >= cursor->end) {
        cursor->at = NULL;
        return (struct piece){0};
    }
    cursor->at = at + 1;
    return (struct piece){begin, (size_t)(at - begin)};
}

/* An object or an array, with all that is in it. */
static struct piece take_nested(struct cursor *cursor) {
    const char *begin = cursor->at;
    int depth = 0;
    while (cursor->at && cursor->at < cursor->end) {
        char letter = *cursor->at;
        if (letter == '"') {
            take_string(cursor);
            continue;
        }
        cursor->at++;
        depth += (letter == '{' || letter == '[') - (letter == '}' || letter == ']');
        if (depth == 0)
            return (struct piece){begin, (size_t)(cursor->at - begin)};
    }
    cursor->at = NULL;
    return (struct piece){0};
}

static struct piece take_value(struct cursor *cursor) {
    char first = peek(cursor);
    if (first == '"')
        return take_string(cursor);
    if (first == '{' || first == '[')
        return take_nested(cursor);
    const char *begin = cursor->at;
    while (cursor->at && cursor->at < cursor->end && !strchr(",}] \n\r\t", *cursor->at))
        cursor->at++;
    if (cursor->at == begin)
        cursor->at = NULL;
    return (struct piece){begin, cursor->at ? (size_t)(cursor->at - begin) : 0};
}

static uint64_t number_in(const struct piece *piece) {
    uint64_t number = 0;
    for (size_t at = 0; at < piece->length; at++) {
        if (piece->bytes[at] < '0' || piece->bytes[at] > '9')
            return 0;
        number = number * 10 + (uint64_t)(piece->bytes[at] - '0');
    }
    return number;
}

/* Calls note for every field of the object; whether it was one. */
static bool read_object(struct cursor *cursor, void (*note)(void *, const struct piece *, const struct piece *),
                        void *noted) {
    if (!take(cursor, '{'))
        return false;
    if (take(cursor, '}'))
        return true;
    do {
        if (peek(cursor) != '"')
            return false;
        struct piece name = take_string(cursor);
        if (!take(cursor, ':'))
            return false;
        struct piece value = take_value(cursor);
        if (cursor->at == NULL)
            return false;
        note(noted, &name, &value);
    } while (take(cursor, ','));
    return take(cursor, '}');
}

static void note_field(void *noted, const struct piece *name, const struct piece *value) {
    struct said *said = noted;
    if (piece_is(name, "t"))
        said->type = *value;
    else if (piece_is(name, "stream"))
        said->stream = *value;
    else if (piece_is(name, "epoch"))
        said->epoch = *value;
    else if (piece_is(name, "cid"))
        said->cid = *value;
    else if (piece_is(name, "re"))
        said->re = *value;
    else if (piece_is(name, "code"))
        said->code = *value;
    else if (piece_is(name, "events"))
        said->events = *value;
    else if (piece_is(name, "seq"))
        said->seq = number_in(value);
    else if (piece_is(name, "retry_ms"))
        said->retry_ms = number_in(value);
}

static void note_event_field(void *noted, const struct piece *name, const struct piece *value) {
    struct said_event *event = noted;
    if (piece_is(name, "seq"))
        event->seq = number_in(value);
    else if (piece_is(name, "cid"))
        event->cid = *value;
}

bool said_read(const char *bytes, size_t count, struct said *said) {
    struct cursor cursor = {bytes, bytes + count};
    *said = (struct said){0};
    return read_object(&cursor, note_field, said) && said->type.length > 0;
}

bool said_next_event(struct piece *events, struct said_event *event) {
    struct cursor cursor = {events->bytes, events->bytes + events->length};
    *event = (struct said_event){0};
    if (!take(&cursor, '[') && !take(&cursor, ','))
        return false;
    if (!read_object(&cursor, note_event_field, event))
        return false;
    *events = (struct piece){cursor.at, (size_t)(cursor.end - cursor.at)};
    return event->seq > 0;
}

bool piece_is(const struct piece *piece, const char *word) {
    size_t length = strlen(word);
    return piece->length == length && memcmp(piece->bytes, word, length) == 0;
}
