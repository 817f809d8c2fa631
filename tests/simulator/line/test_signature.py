"""Signatures are Twilio's own."""

from hotline.simulator.line.signature import sign, url_to_sign

VECTOR = {
    "CallSid": "CA1234567890ABCDE",
    "Caller": "+14158675310",
    "Digits": "1234",
    "From": "+14158675310",
    "To": "+18005551212",
}


def test_the_example_in_twilios_documentation_comes_out_right() -> None:
    url = "https://example.com/myapp.php?foo=1&bar=2"
    assert sign("12345", url, VECTOR.items()) == "L/OH5YylLD5NRKLltdqwSvS0BnU="


def test_the_order_of_the_fields_does_not_matter() -> None:
    url = "https://example.com/myapp.php?foo=1&bar=2"
    assert sign("12345", url, reversed(VECTOR.items())) == "L/OH5YylLD5NRKLltdqwSvS0BnU="


def test_a_field_given_several_times_counts_once_for_each_of_its_values() -> None:
    assert sign("t", "https://a/", [("a", "2"), ("a", "1"), ("a", "2")]) == sign("t", "https://a/", [("a", "1a2")])


def test_https_is_signed_without_its_port_and_http_with_it() -> None:
    assert url_to_sign("https://a.example:8443/voice") == "https://a.example/voice"
    assert url_to_sign("http://a.example:8080/voice") == "http://a.example:8080/voice"


def test_user_password_and_fragment_are_not_signed() -> None:
    assert url_to_sign("https://user:pw@a.example/voice?x=1#rc=2") == "https://a.example/voice?x=1"


def test_the_query_is_signed_as_it_stands_down_to_a_bare_question_mark() -> None:
    assert url_to_sign("https://a.example/voice?b=%7e&a=+&b") == "https://a.example/voice?b=%7e&a=+&b"
    assert url_to_sign("https://a.example/voice?") == "https://a.example/voice?"
