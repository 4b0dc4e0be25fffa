"""What the templates make of the texts and numbers of a run."""

from deploy.compare.templatetags.comparing import with_code


def test_what_stands_between_backticks_is_code_and_nothing_else_is_markup() -> None:
    assert with_code("a plain `def` <b>& `x<y`") == "a plain <code>def</code> &lt;b&gt;&amp; <code>x&lt;y</code>"
    assert with_code("one ` alone") == "one ` alone"
