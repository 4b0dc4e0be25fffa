#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "system.h"

static const struct option KNOWN[] = {
    {"port", required_argument, NULL, 'p'},       {"parent", required_argument, NULL, 'P'},
    {"cpu", required_argument, NULL, 'c'},        {"connections", required_argument, NULL, 'n'},
    {"kind", required_argument, NULL, 'k'},       {"method", required_argument, NULL, 'm'},
    {"path", required_argument, NULL, 'u'},       {"header", required_argument, NULL, 'h'},
    {"body-bytes", required_argument, NULL, 'b'}, {"payload-bytes", required_argument, NULL, 'B'},
    {"prefix", required_argument, NULL, 'x'},     {"suffix", required_argument, NULL, 'X'},
    {"senders", required_argument, NULL, 's'},    {"close", no_argument, NULL, 'C'},
    {"listeners", required_argument, NULL, 'l'},  {"stream", required_argument, NULL, 'R'},
    {"cookie", required_argument, NULL, 'K'},
    {"seconds", required_argument, NULL, 't'},    {"warm-up", required_argument, NULL, 'w'},
    {"drain", required_argument, NULL, 'd'},      {"timeout", required_argument, NULL, 'T'},
    {"rate", required_argument, NULL, 'r'},       {"seed", required_argument, NULL, 'S'},
    {NULL, 0, NULL, 0},
};

/* The option that is being read, for errors. */
static const char *reading = "";

static double number(const char *text, double least, double most) {
    char *end;
    errno = 0;
    double value = strtod(text, &end);
    if (errno || end == text || *end || !(value >= least && value <= most))
        die("the load generator's %s is \"%s\", which is no number from %g to %g", reading, text, least, most);
    return value;
}

/* "weight path" */
static void add_path(struct options *options, char *text) {
    char *space = strchr(text, ' ');
    if (space == NULL || options->path_count == MOST_PATHS)
        die("a path is written as \"weight /path\", and there are at most %d", MOST_PATHS);
    *space = '\0';
    options->weights[options->path_count] = number(text, 0, 1e9);
    options->paths[options->path_count++] = space + 1;
}

static void take(struct options *options, int letter, char *value) {
    switch (letter) {
    case 'p': options->port = (int)number(value, 0, 65535); break;
    case 'P': options->parent = (int)number(value, 0, 1e9); break;
    case 'c': options->cpu = (int)number(value, 0, 1023); break;
    case 'n': options->connections = (int)number(value, 1, 1e6); break;
    case 'k': options->kind = value; break;
    case 'm': options->method = value; break;
    case 'u': add_path(options, value); break;
    case 'h':
        if (options->header_count == MOST_HEADERS)
            die("at most %d headers", MOST_HEADERS);
        options->headers[options->header_count++] = value;
        break;
    case 'b': options->body_bytes = (size_t)number(value, 0, 1 << 30); break;
    case 'B': options->payload_bytes = (size_t)number(value, 1, 1 << 24); break;
    case 'x': options->prefix = value; break;
    case 'X': options->suffix = value; break;
    case 'l': options->listeners = (int)number(value, 0, 1e6); break;
    case 'R': options->stream = value; break;
    case 'K':
        if (options->cookie_count == MOST_COOKIES)
            die("at most %d cookies", MOST_COOKIES);
        options->cookies[options->cookie_count++] = value;
        break;
    case 's': options->senders = (int)number(value, 1, 1e6); break;
    case 'C': options->keep_alive = false; break;
    case 't': options->seconds = number(value, 0.001, 1e6); break;
    case 'w': options->warm_up_seconds = number(value, 0, 1e6); break;
    case 'd': options->drain_seconds = number(value, 0, 1e6); break;
    case 'T': options->timeout_seconds = number(value, 0.001, 1e6); break;
    case 'r': options->rate = number(value, 1e-6, 1e7); break;
    case 'S': options->seed = strtoull(value, NULL, 10); break;
    default: die("unknown option; see deploy/lab/generator/source/options.c");
    }
}

void options_read(struct options *options, int count, char **words) {
    *options = (struct options){
        .cpu = -1, .connections = 1, .kind = "", .method = "GET", .payload_bytes = 64, .senders = 1,
        .prefix = "", .suffix = "", .listeners = -1, .stream = "", .keep_alive = true, .seconds = 1,
        .drain_seconds = 15, .timeout_seconds = 30, .seed = 1,
    };
    if (count < 2)
        die("usage: generator http|ws-echo|ws-fan|chat|hold|serve-plain [options]");
    options->command = words[1];
    opterr = 0;
    int which = 0;
    for (int letter; (letter = getopt_long(count - 1, words + 1, "", KNOWN, &which)) != -1;) {
        reading = KNOWN[which].name;
        take(options, letter, optarg);
    }
    if (optind != count - 1)
        die("\"%s\" is no option", words[1 + optind]);
    if (options->path_count == 0) {
        options->weights[0] = 1;
        options->paths[options->path_count++] = "/";
    }
}
